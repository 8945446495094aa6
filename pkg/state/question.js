// A question with texts in it, so that it can go to another place and be the same there.
import { readJson } from './json.js'

/**
 * @typedef {{ kind: 'check' | 'tool', agent: string, action: string, context: string, options: import('../index.d.ts').CheckOptions }} CheckQuestion
 * @typedef {{ kind: 'evaluation', request: string, isExplained: boolean }} EvaluationQuestion
 * @typedef {CheckQuestion | EvaluationQuestion} StateQuestion
 */

/**
 * Puts it to a gate.
 *
 * @param {import('../index.d.ts').Gate} gate
 * @param {StateQuestion} question
 * @returns {any} a `CheckResult`, a `ToolVerdict` or a `Decision`
 * @throws {TypeError} if it is an evaluation that is none
 */
export function answerTo(gate, question) {
  if (question.kind === 'evaluation') {
    return gate.evaluate(readJson(question.request), { explain: question.isExplained })
  }
  const { kind, agent, action, context, options } = question
  const given = readJson(context)
  return kind === 'check' ? gate.check(agent, action, given, options) : gate.checkTool(agent, action, given, options)
}
