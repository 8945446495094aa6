// What `--help` says.
export const HELP = `gatewright: policies for the gate, tried before they are deployed, and its ledger, verified

  gatewright check POLICY [--secrets FILE | --env] [--strict] [--json]
      whether it is a policy, and what it says that can hardly be meant

  gatewright explain POLICY --request 'POST /agents/x/runs' [options]
      what it says to a request, layer by layer
      --token T, --token-file F, --key K   who asks; of these one
      --header 'NAME: VALUE'               more headers, as often as needed
      --secrets FILE | --env, --json       as above

  gatewright token mint --secret-env NAME [options]
      a token for development, signed with the secret in a variable
      --alg HS256|HS384|HS512, --sub S, --scopes 'A B', --expires 1h
      --claim NAME=VALUE                   as often as needed; JSON or text

  gatewright token decode TOKEN [--json]
      what a token says; its signature is not checked

  gatewright ledger verify FILE [--checkpoint FILE] [--key FILE] [--json]
      whether an exported ledger is what was written, up to a checkpoint that was signed with this key

  gatewright help, gatewright --help, gatewright --version

One of POLICY, FILE, F and TOKEN may be \`-\`, which is stdin. Secrets come from the environment (--env, the
default), or from a file: a JSON object, or lines NAME=value.

exit codes
  0   fine: a policy, an allowed request, an intact ledger
  1   no: findings with --strict, a denied request, a text that is no token, a ledger that is not intact
  2   the policy is not one; the ledger, checkpoint or key is none
  64  the command was used wrongly, or a file cannot be read
  70  the command itself failed
`
