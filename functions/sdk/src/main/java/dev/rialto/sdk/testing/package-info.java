/// What tests of a micro app are written with: a [dev.rialto.sdk.Context] that keeps everything in
/// memory, without a server.
@NullMarked
package dev.rialto.sdk.testing;

import org.jspecify.annotations.NullMarked;
