package dev.rialto.hardening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DynamicCallSiteDesc;
import java.lang.constant.MethodTypeDesc;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// Loops that no compiler writes.
class BytecodeTest {
    private static final ClassDesc MAIN = ClassDesc.of("Main");
    private static final ClassDesc FAILURE = ClassDesc.of("java.lang.NullPointerException");
    private static final Watchdog WATCHDOG = Watchdog.start((_, _, _) -> {});

    @AfterAll
    static void close() {
        WATCHDOG.close();
    }

    @Test
    void stopsATableSwitchThatGoesBack() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            Label out = code.newLabel();
            code.iconst_0()
                    .tableswitch(0, 1, out, List.of(SwitchCase.of(0, start)))
                    .labelBinding(out)
                    .return_();
        });
    }

    @Test
    void stopsASwitchWhoseDefaultGoesBack() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            Label out = code.newLabel();
            code.iconst_0()
                    .lookupswitch(start, List.of(SwitchCase.of(5, out)))
                    .labelBinding(out)
                    .return_();
        });
    }

    @Test
    void stopsALookupSwitchThatGoesBack() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            Label out = code.newLabel();
            code.bipush(7)
                    .lookupswitch(out, List.of(SwitchCase.of(7, start)))
                    .labelBinding(out)
                    .return_();
        });
    }

    @Test
    void stopsALoopOfAHandlerThatComesFirst() throws Exception {
        stops(code -> {
            Label body = code.newLabel();
            Label end = code.newLabel();
            Label handler = code.newLabel();
            code.goto_(body)
                    .labelBinding(handler)
                    .pop()
                    .labelBinding(body)
                    .aconst_null()
                    .athrow()
                    .labelBinding(end)
                    .exceptionCatch(body, end, handler, FAILURE);
        });
    }

    @Test
    void stopsAHandlerThatHandlesItself() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            Label handler = code.newLabel();
            Label end = code.newLabel();
            code.aconst_null()
                    .labelBinding(handler)
                    .pop()
                    .aconst_null()
                    .athrow()
                    .labelBinding(end)
                    .exceptionCatchAll(start, end, handler);
        });
    }

    @Test
    void stopsAMonitorThatIsNeverLeft() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            code.ldc(MAIN).monitorenter().goto_(start);
        });
    }

    @Test
    void stopsFarJumps() throws Exception {
        stops(code -> {
            Label start = code.newBoundLabel();
            for (int i = 0; i < 40_000; i++) {
                code.nop();
            }
            code.goto_w(start);
        });
    }

    @Test
    void refusesMethodsThatGetTooLarge() {
        assertThatThrownBy(() ->
                        revision(code -> {
                            for (int i = 0; i < 65_534; i++) {
                                code.nop();
                            }
                            code.return_();
                        }))
                .isInstanceOf(ForbiddenException.class);
    }

    @Test
    void makesTextsThatOtherCompilersAskFor() throws Exception {
        var text = MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String);
        var twice = text.insertParameterTypes(1, ConstantDescs.CD_long);
        Revision revision =
                revision(code ->
                        code.ldc("a")
                                .invokedynamic(
                                        concatenation(
                                                "makeConcatWithConstants",
                                                text,
                                                "\2\1=\2",
                                                "b",
                                                1.5))
                                .loadConstant(7L)
                                .invokedynamic(concatenation("makeConcat", twice))
                                .invokestatic(
                                        ConstantDescs.CD_Integer,
                                        "parseInt",
                                        MethodTypeDesc.of(
                                                ConstantDescs.CD_int, ConstantDescs.CD_String))
                                .pop()
                                .return_());
        assertThat(revision.run(WATCHDOG, "run", Duration.ofSeconds(20), 1 << 30))
                .hasToString("java.lang.NumberFormatException: For input string: \"ba=1.57\"");
    }

    @Test
    void refusesRecipesThatDoNotFit() {
        var text = MethodTypeDesc.of(ConstantDescs.CD_String, ConstantDescs.CD_String);
        List<ConstantDesc[]> all =
                List.of(
                        new ConstantDesc[] {"\1\1"},
                        new ConstantDesc[] {"none"},
                        new ConstantDesc[] {"\1\2"},
                        new ConstantDesc[] {"\1", "left"},
                        new ConstantDesc[] {7},
                        new ConstantDesc[] {"\1\2", MAIN});
        for (ConstantDesc[] each : all) {
            assertThatThrownBy(() ->
                            revision(code ->
                                    code.ldc("a")
                                            .invokedynamic(
                                                    concatenation(
                                                            "makeConcatWithConstants", text, each))
                                            .pop()
                                            .return_()))
                    .isInstanceOf(ForbiddenException.class);
        }
    }

    private static DynamicCallSiteDesc concatenation(
            String name, MethodTypeDesc type, ConstantDesc... constants) {
        return DynamicCallSiteDesc.of(
                ConstantDescs.ofCallsiteBootstrap(
                        ClassDesc.of("java.lang.invoke.StringConcatFactory"),
                        name,
                        ConstantDescs.CD_CallSite,
                        constants.length == 0
                                ? new ClassDesc[0]
                                : new ClassDesc[] {
                                    ConstantDescs.CD_String, ConstantDescs.CD_Object.arrayType()
                                }),
                name,
                type,
                constants);
    }

    private static void stops(Consumer<CodeBuilder> body) throws Exception {
        Revision revision = revision(body);
        assertThat(revision.run(WATCHDOG, "run", Duration.ofMillis(100), 1 << 30))
                .isInstanceOf(CallStopped.class);
    }

    private static Revision revision(Consumer<CodeBuilder> body) throws ForbiddenException {
        int access = ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC;
        byte[] bytes =
                ClassFile.of()
                        .build(
                                MAIN,
                                type ->
                                        type.withFlags(ClassFile.ACC_PUBLIC)
                                                .withMethodBody(
                                                        "run",
                                                        ConstantDescs.MTD_void,
                                                        access,
                                                        body));
        return Revision.hardened(Map.of("Main.class", bytes));
    }
}
