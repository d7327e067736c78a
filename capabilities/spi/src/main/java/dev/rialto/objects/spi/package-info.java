/// Where other capabilities plug into objects: the rules of a class, and objects as a service.
@NullMarked
package dev.rialto.objects.spi;

import org.jspecify.annotations.NullMarked;
