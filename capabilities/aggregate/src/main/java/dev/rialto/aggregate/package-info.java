/// Parse's aggregate API: pipelines of stages over a class, compiled to SQL.
@NullMarked
package dev.rialto.aggregate;

import org.jspecify.annotations.NullMarked;
