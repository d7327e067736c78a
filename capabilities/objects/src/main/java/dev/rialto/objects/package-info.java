/// Objects: classes, queries, atomic writes, schemas and permissions.
@NullMarked
package dev.rialto.objects;

import org.jspecify.annotations.NullMarked;
