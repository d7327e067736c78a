/// The certificate of TLS: where it comes from, and how it is renewed.
@NullMarked
package dev.rialto.certificates;

import org.jspecify.annotations.NullMarked;
