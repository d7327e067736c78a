/// Makes bytecode of others safe to run: budgets, and an allow-list of what it may reach.
@NullMarked
package dev.rialto.hardening;

import org.jspecify.annotations.NullMarked;
