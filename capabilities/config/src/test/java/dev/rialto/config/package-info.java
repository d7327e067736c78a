@NullMarked
package dev.rialto.config;

import org.jspecify.annotations.NullMarked;
