/// Config: parameters that an app's clients read at run time.
@NullMarked
package dev.rialto.config;

import org.jspecify.annotations.NullMarked;
