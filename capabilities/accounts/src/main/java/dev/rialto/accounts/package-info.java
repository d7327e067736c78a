/// Accounts: users, sessions, roles and passwords.
@NullMarked
package dev.rialto.accounts;

import org.jspecify.annotations.NullMarked;
