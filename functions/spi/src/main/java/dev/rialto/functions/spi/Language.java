package dev.rialto.functions.spi;

import java.util.List;

/// What code of another language needs of that language's own library, which all micro apps share.
///
/// @param rules what it may reach, in the form of the hardening's `allowed.txt`
/// @param packages where it lies, each with a dot at its end
public record Language(String rules, List<String> packages) {
    public Language {
        packages = List.copyOf(packages);
    }
}
