// Where events go unless somebody wants them: to the console, one line of JSON each.
//
// No event holds a token, a key, a secret or a query.

/** @param {import('./index.d.ts').GateEvent} event */
export function toConsole(event) {
  const line = JSON.stringify(event)
  if (event.event === 'denied' || event.event === 'shadowed') console.log(line)
  else console.error(line)
}
