package dev.rialto.hardening.standin;

import org.jspecify.annotations.Nullable;

/// A package of which only the name is known.
@SuppressWarnings("AvoidCommonTypeNames") // it stands for it
public final class Package {
    private final String name;

    Package(String name) {
        this.name = name;
    }

    public String getName() {
        return name;
    }

    public @Nullable String getImplementationVersion() {
        return null;
    }

    public @Nullable String getImplementationTitle() {
        return null;
    }

    public @Nullable String getImplementationVendor() {
        return null;
    }

    public @Nullable String getSpecificationVersion() {
        return null;
    }

    public @Nullable String getSpecificationTitle() {
        return null;
    }

    @Override
    public String toString() {
        return "package " + name;
    }
}
