// From an empty database, or that of an older version, to the tables that the code expects.

/**
 * One step. Steps are added at the end, and never changed: databases out there have taken them.
 *
 * @typedef {{ name: string, sql: string }} Migration
 */

/**
 * Takes the steps that are missing, all or none, and writes down that they were taken. A database that
 * went another way, or further, belongs to a version that knows more: nothing is read of it.
 *
 * @param {import('./platform.d.ts').ObjectState['storage']} storage
 * @param {readonly Migration[]} migrations
 */
export function migrate(storage, migrations) {
  const { sql } = storage
  storage.transactionSync(() => {
    sql.exec('CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT')
    const taken = [...sql.exec('SELECT number, name FROM migrations ORDER BY number')]
    for (const [index, { number, name }] of taken.entries()) {
      if (number !== index + 1 || name !== migrations[index]?.name) {
        throw new Error(`the database has taken a step ${number}, \`${name}\`, that this version does not know`)
      }
    }
    for (const [index, { name, sql: step }] of migrations.entries()) {
      if (index < taken.length) continue
      sql.exec(step)
      sql.exec('INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)', index + 1, name, Date.now())
    }
  })
}
