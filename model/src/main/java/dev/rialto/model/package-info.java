/// The model of data: field types, class schemas, values, the tree of query constraints and its
/// in-memory reader. Nothing here knows a database.
@NullMarked
package dev.rialto.model;

import org.jspecify.annotations.NullMarked;
