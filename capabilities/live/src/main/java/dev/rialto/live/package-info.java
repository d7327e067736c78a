/// Live: the changes of an app's objects, told as they happen to whom they concern.
@NullMarked
package dev.rialto.live;

import org.jspecify.annotations.NullMarked;
