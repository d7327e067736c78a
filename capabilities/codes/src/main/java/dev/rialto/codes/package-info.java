/// One-time codes and links by mail and SMS, log-in by them, and the captcha that protects them.
@NullMarked
package dev.rialto.codes;

import org.jspecify.annotations.NullMarked;
