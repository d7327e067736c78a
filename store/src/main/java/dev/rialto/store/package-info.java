/// PostgreSQL: the embedded server, the pool, transactions, SQL as values, migrations.
@NullMarked
package dev.rialto.store;

import org.jspecify.annotations.NullMarked;
