/// The frame of the pages that users of apps see in a browser: layout, language, look.
@NullMarked
package dev.rialto.pages;

import org.jspecify.annotations.NullMarked;
