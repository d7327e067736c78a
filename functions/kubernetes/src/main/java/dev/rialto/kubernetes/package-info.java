/// Isolated micro apps as pods of Kubernetes: what is made for them, how the server reaches them,
/// and how what a server left behind is removed. Loaded only where the operator chose it.
@NullMarked
package dev.rialto.kubernetes;

import org.jspecify.annotations.NullMarked;
