//! Functions that write, reach out, run a text, or only burn time.

/// Refused with all whose names begin so.
const FAMILIES: [&str; 16] = [
    // Functions of `dblink`, of large objects, of PostGIS rasters and of `sys` in MySQL.
    "dblink",
    "http_",
    "lo_",
    "st_asgdalraster",
    "st_fromgdalraster",
    "sys_",
    // PostgreSQL's own: files, processes, locks, replication, backups. Some are let through below.
    "pg_",
    // Extended and system procedures.
    "sp_",
    "xp_",
    // Run the query that is handed to them.
    "connectby",
    "crosstab",
    "xpath_table",
    // Of extensions of SQLite and PostgreSQL.
    "adbc_",
    "aws_",
    "fts3_tokenizer",
    "plpy",
];

/// Of PostgreSQL's own, those that only tell something.
const HARMLESS: [&str; 16] = [
    "pg_column_size",
    "pg_database_size",
    "pg_get_constraintdef",
    "pg_get_expr",
    "pg_get_function_arguments",
    "pg_get_functiondef",
    "pg_get_indexdef",
    "pg_get_serial_sequence",
    "pg_get_userbyid",
    "pg_get_viewdef",
    "pg_indexes_size",
    "pg_relation_size",
    "pg_size_pretty",
    "pg_table_size",
    "pg_total_relation_size",
    "pg_typeof",
];

const REFUSED: [&str; 46] = [
    // Sequences and settings.
    "nextval",
    "set_config",
    "setval",
    // Files and code.
    "edit",
    "eval",
    "load_extension",
    "load_file",
    "loread",
    "lowrite",
    "readfile",
    "writefile",
    "zipfile",
    "sqlar_uncompress",
    // Run the query that is handed to them.
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "database_to_xml",
    "database_to_xml_and_xmlschema",
    "database_to_xmlschema",
    "query_to_xml",
    "query_to_xml_and_xmlschema",
    "query_to_xmlschema",
    "schema_to_xml",
    "schema_to_xml_and_xmlschema",
    "schema_to_xmlschema",
    "table_to_xml",
    "table_to_xml_and_xmlschema",
    "table_to_xmlschema",
    "ts_rewrite",
    "ts_stat",
    // Wait, or take locks.
    "benchmark",
    "get_lock",
    "is_free_lock",
    "is_used_lock",
    "master_gtid_wait",
    "master_pos_wait",
    "release_all_locks",
    "release_lock",
    "sleep",
    "source_pos_wait",
    "wait_for_executed_gtid_set",
    "wait_until_sql_thread_after_gtids",
    // Fill the memory.
    "randomblob",
    "zeroblob",
    // Change what the session sees of itself.
    "last_insert_id",
    "txid_snapshot_export",
    "uuid_short",
];

/// Whether a function may be called, by its last name. Quotes make no difference: what one
/// database takes for another name, the next one may not.
pub(super) fn is_permitted(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is = |listed: &&str| *listed == name;
    let is_family = FAMILIES.iter().any(|family| name.starts_with(family));
    !REFUSED.iter().any(is) && (!is_family || HARMLESS.iter().any(is))
}
