package dev.rialto.hardening.standin;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Strings by keys for a language, from classes and `.properties` files of the revision. Nothing is
/// remembered for others.
public abstract class ResourceBundle {
    protected @Nullable ResourceBundle parent;
    private Locale locale = Locale.ROOT;
    private String name = "";

    public ResourceBundle() {}

    public static ResourceBundle getBundle(String name) {
        return bundle(name, Locale.getDefault(), RevisionAccess.ofCaller());
    }

    public static ResourceBundle getBundle(String name, Locale locale) {
        return bundle(name, locale, RevisionAccess.ofCaller());
    }

    public static ResourceBundle getBundle(
            String name, Locale locale, @Nullable ClassLoader loader) {
        return bundle(name, locale, RevisionAccess.ofCaller());
    }

    protected abstract @Nullable Object handleGetObject(String key);

    public abstract Enumeration<String> getKeys();

    public final Object getObject(String key) {
        Object found = handleGetObject(key);
        if (found == null && parent != null) {
            found = parent.getObject(key);
        }
        if (found == null) {
            throw new MissingResourceException(name + " has no " + key, name, key);
        }
        return found;
    }

    public final String getString(String key) {
        return (String) getObject(key);
    }

    public final String[] getStringArray(String key) {
        return (String[]) getObject(key);
    }

    public boolean containsKey(String key) {
        return handleGetObject(key) != null || (parent != null && parent.containsKey(key));
    }

    public Set<String> keySet() {
        Set<String> all = new HashSet<>(handleKeySet());
        if (parent != null) {
            all.addAll(parent.keySet());
        }
        return all;
    }

    protected Set<String> handleKeySet() {
        return new HashSet<>(Collections.list(getKeys()));
    }

    public Locale getLocale() {
        return locale;
    }

    public String getBaseBundleName() {
        return name;
    }

    protected void setParent(@Nullable ResourceBundle parent) {
        this.parent = parent;
    }

    private static ResourceBundle bundle(String name, Locale wanted, RevisionAccess revision) {
        ResourceBundle found = null;
        for (Locale each : candidates(wanted)) {
            ResourceBundle made = made(name, each, revision);
            if (made != null) {
                made.locale = each;
                made.name = name;
                made.parent = found;
                found = made;
            }
        }
        if (found == null) {
            throw new MissingResourceException("there is no resource bundle " + name, name, "");
        }
        return found;
    }

    /// The general ones first.
    private static Set<Locale> candidates(Locale wanted) {
        return new LinkedHashSet<>(
                List.of(
                        Locale.ROOT,
                        Locale.of(wanted.getLanguage()),
                        Locale.of(wanted.getLanguage(), wanted.getCountry())));
    }

    private static @Nullable ResourceBundle made(
            String name, Locale locale, RevisionAccess revision) {
        String full = locale.equals(Locale.ROOT) ? name : name + "_" + locale;
        try {
            return (ResourceBundle) revision.instance(revision.type(full, true));
        } catch (ClassNotFoundException notAClass) {
            return ofProperties(full.replace('.', '/') + ".properties", revision);
        } catch (ReflectiveOperationException | ClassCastException unfit) {
            throw new MissingResourceException(full + " can't be made: " + unfit, full, "");
        }
    }

    private static @Nullable ResourceBundle ofProperties(String path, RevisionAccess revision) {
        try (InputStream in = revision.resource(path)) {
            if (in == null) {
                return null;
            }
            var texts = new Properties();
            texts.load(new InputStreamReader(in, StandardCharsets.UTF_8));
            return new BundleStrings(texts);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static final class BundleStrings extends ResourceBundle {
        private final Properties texts;

        BundleStrings(Properties texts) {
            this.texts = texts;
        }

        @Override
        protected @Nullable Object handleGetObject(String key) {
            return texts.get(key);
        }

        @Override
        public Enumeration<String> getKeys() {
            return Collections.enumeration(texts.stringPropertyNames());
        }
    }
}
