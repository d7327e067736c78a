/// Apps: tenants, their keys and their PostgreSQL schemas.
@NullMarked
package dev.rialto.apps;

import org.jspecify.annotations.NullMarked;
