package dev.rialto.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rialto.hooks.Hook.FunctionHook;
import dev.rialto.hooks.Hook.TriggerHook;
import dev.rialto.kernel.ErrorCode;
import dev.rialto.kernel.RialtoException;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class HookTest {
    @Test
    void isCalledAtAWebAddressOnly() {
        for (String url :
                List.of(
                        "",
                        "x",
                        "/x",
                        "ftp://h/x",
                        "javascript:alert(1)",
                        "http:x",
                        "http://h /x")) {
            assertInvalid(() -> new FunctionHook("f", url));
        }
        assertThat(new FunctionHook("f", "HTTPS://h:8/x?y").url()).isEqualTo("HTTPS://h:8/x?y");
        assertInvalid(() -> new FunctionHook("f", "http://h/" + "x".repeat(3000)));
    }

    @Test
    void hasANameThatFitsIntoAPath() {
        for (String name : List.of("", "a/b", "a?b", "a\nb", "x".repeat(256))) {
            assertInvalid(() -> new FunctionHook(name, "http://h"));
        }
        assertThat(new FunctionHook("My-Test Function", "http://h").name()).isNotEmpty();
    }

    @Test
    void hangsOnKnownTriggersOfPossibleClasses() {
        assertInvalid(() -> new TriggerHook("C", "beforeNothing", "http://h"));
        assertInvalid(() -> new TriggerHook("1C", "beforeSave", "http://h"));
        assertInvalid(() -> new TriggerHook("", "beforeSave", "http://h"));
        for (String className : List.of("C", "_User", "@File")) {
            assertThat(new TriggerHook(className, "beforeSave", "http://h").wire().toString())
                    .contains(className);
        }
    }

    private static void assertInvalid(ThrowingCallable make) {
        assertThatThrownBy(make)
                .isInstanceOfSatisfying(
                        RialtoException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.HOOK_ERROR))
                .hasMessage("invalid hook declaration");
    }
}
