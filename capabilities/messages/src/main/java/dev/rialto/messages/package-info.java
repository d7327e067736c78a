/// Mail and SMS to the users of apps.
@NullMarked
package dev.rialto.messages;

import org.jspecify.annotations.NullMarked;
