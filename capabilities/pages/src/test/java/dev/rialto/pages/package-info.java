@NullMarked
package dev.rialto.pages;

import org.jspecify.annotations.NullMarked;
