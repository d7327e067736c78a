/// What a micro app is written against. Depends on the JDK alone.
@NullMarked
package dev.rialto.sdk;

import org.jspecify.annotations.NullMarked;
