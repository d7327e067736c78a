package dev.rialto.hooks;

import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.Json;
import dev.rialto.kernel.RialtoException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// Something that is to be called at another address instead of here.
public sealed interface Hook {
    int MAX_URL_LENGTH = 2048;
    Pattern FUNCTION_NAME = Pattern.compile("[^\\p{Cntrl}/?#]{1,255}");
    Pattern CLASS_NAME = Pattern.compile("[@_]?[A-Za-z][A-Za-z0-9_]{0,254}");
    Set<String> TRIGGERS =
            Set.of(
                    "beforeSave",
                    "afterSave",
                    "beforeDelete",
                    "afterDelete",
                    "beforeFind",
                    "afterFind",
                    "beforeLogin",
                    "afterLogin",
                    "afterLogout",
                    "beforePasswordResetRequest",
                    "beforeConnect",
                    "beforeSubscribe",
                    "afterEvent");

    String url();

    /// A function.
    record FunctionHook(String name, String url) implements Hook {
        public FunctionHook {
            require(FUNCTION_NAME.matcher(name).matches() && isWebAddress(url));
        }
    }

    /// A trigger of a class.
    record TriggerHook(String className, String triggerName, String url) implements Hook {
        public TriggerHook {
            require(
                    CLASS_NAME.matcher(className).matches()
                            && TRIGGERS.contains(triggerName)
                            && isWebAddress(url));
        }
    }

    /// As clients see it.
    default ObjectNode wire() {
        return switch (this) {
            case FunctionHook(String name, String url) ->
                    Json.object().put("functionName", name).put("url", url);
            case TriggerHook(String className, String triggerName, String url) ->
                    Json.object()
                            .put("className", className)
                            .put("triggerName", triggerName)
                            .put("url", url);
        };
    }

    private static void require(boolean valid) {
        if (!valid) {
            throw invalid();
        }
    }

    /// What to say when something is no hook.
    static RialtoException invalid() {
        return new RialtoException(ErrorCode.HOOK_ERROR, "invalid hook declaration");
    }

    private static boolean isWebAddress(String url) {
        if (url.length() > MAX_URL_LENGTH) {
            return false;
        }
        try {
            var address = new URI(url);
            String scheme = address.getScheme();
            return address.getRawAuthority() != null
                    && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
        } catch (URISyntaxException unreadable) {
            return false;
        }
    }
}
