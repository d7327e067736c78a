@NullMarked
package dev.rialto.model;

import org.jspecify.annotations.NullMarked;
