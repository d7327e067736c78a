/// Where files are kept: what a storage must do.
@NullMarked
package dev.rialto.files.spi;

import org.jspecify.annotations.NullMarked;
