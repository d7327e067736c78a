package dev.rialto.runtime;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Ways into classes of a micro app: small hidden classes that call one method or constructor.
///
/// A server with many functions calls each of them rarely. Reflection and method handles, which the
/// JVM adapts to each target over many calls, cost more there than all the rest of a call.
final class Direct {
    private static final ClassDesc OBJECTS = ConstantDescs.CD_Object.arrayType();

    /// No class of a micro app can have it: in a hidden class its name means itself.
    private static final String NAME = "rialto-direct";

    private Direct() {}

    /// Calls a method, or makes an instance. What it throws comes through, checked exceptions too.
    ///
    /// @param owner what has the method, maybe from a class above
    /// @return takes the instance, which static methods and constructors do without, and the
    ///   arguments
    static BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object> call(
            Class<?> owner, Executable target) {
        @SuppressWarnings("unchecked")
        var made =
                (BiFunction<@Nullable Object, @Nullable Object[], @Nullable Object>)
                        make(
                                owner,
                                BiFunction.class,
                                MethodType.methodType(Object.class, Object.class, Object.class),
                                code -> call(code, desc(owner), target));
        return made;
    }

    /// Reads all components of a record, in their order.
    static Function<Object, @Nullable Object[]> components(Class<?> type) {
        @SuppressWarnings("unchecked")
        var made =
                (Function<Object, @Nullable Object[]>)
                        make(
                                type,
                                Function.class,
                                MethodType.methodType(Object.class, Object.class),
                                code -> components(code, type));
        return made;
    }

    private static void call(CodeBuilder code, ClassDesc owner, Executable target) {
        if (target instanceof Constructor<?>) {
            code.new_(owner).dup();
        } else if (!Modifier.isStatic(target.getModifiers())) {
            code.aload(1).checkcast(owner);
        }
        Class<?>[] takes = target.getParameterTypes();
        for (int i = 0; i < takes.length; i++) {
            code.aload(2).checkcast(OBJECTS).loadConstant(i).aaload();
            unbox(code, desc(takes[i]));
        }
        ClassDesc[] takesDesc = Arrays.stream(takes).map(Direct::desc).toArray(ClassDesc[]::new);
        if (target instanceof Method method) {
            ClassDesc gives = desc(method.getReturnType());
            MethodTypeDesc shape = MethodTypeDesc.of(gives, takesDesc);
            if (Modifier.isStatic(method.getModifiers())) {
                code.invokestatic(owner, method.getName(), shape);
            } else {
                code.invokevirtual(owner, method.getName(), shape);
            }
            box(code, gives);
        } else {
            code.invokespecial(
                    owner,
                    ConstantDescs.INIT_NAME,
                    MethodTypeDesc.of(ConstantDescs.CD_void, takesDesc));
        }
        code.areturn();
    }

    private static void components(CodeBuilder code, Class<?> type) {
        ClassDesc owner = desc(type);
        RecordComponent[] components = type.getRecordComponents();
        code.loadConstant(components.length).anewarray(ConstantDescs.CD_Object);
        for (int i = 0; i < components.length; i++) {
            ClassDesc gives = desc(components[i].getType());
            code.dup().loadConstant(i).aload(1).checkcast(owner);
            code.invokevirtual(owner, components[i].getName(), MethodTypeDesc.of(gives));
            box(code, gives);
            code.aastore();
        }
        code.areturn();
    }

    private static Object make(
            Class<?> owner, Class<?> shape, MethodType method, Consumer<CodeBuilder> body) {
        MethodTypeDesc signature = method.describeConstable().orElseThrow();
        byte[] bytes =
                ClassFile.of()
                        .build(
                                ClassDesc.of(owner.getPackageName(), NAME),
                                type ->
                                        type.withFlags(
                                                        ClassFile.ACC_FINAL
                                                                | ClassFile.ACC_SYNTHETIC)
                                                .withInterfaceSymbols(desc(shape))
                                                .withMethodBody(
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void,
                                                        0,
                                                        Direct::construct)
                                                .withMethodBody(
                                                        "apply",
                                                        signature,
                                                        ClassFile.ACC_PUBLIC,
                                                        body));
        try {
            MethodHandles.Lookup made =
                    RevisionLoader.inside(owner)
                            .defineHiddenClass(
                                    bytes, false, MethodHandles.Lookup.ClassOption.NESTMATE);
            var constructor = made.lookupClass().getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("nothing is closed in " + owner, impossible);
        }
    }

    private static void construct(CodeBuilder code) {
        code.aload(0)
                .invokespecial(
                        ConstantDescs.CD_Object, ConstantDescs.INIT_NAME, ConstantDescs.MTD_void)
                .return_();
    }

    private static void box(CodeBuilder code, ClassDesc type) {
        if (type.equals(ConstantDescs.CD_void)) {
            code.aconst_null();
        } else if (type.isPrimitive()) {
            ClassDesc boxed = boxed(type);
            code.invokestatic(boxed, "valueOf", MethodTypeDesc.of(boxed, type));
        }
    }

    private static void unbox(CodeBuilder code, ClassDesc type) {
        if (type.isPrimitive()) {
            code.checkcast(boxed(type))
                    .invokevirtual(
                            boxed(type), type.displayName() + "Value", MethodTypeDesc.of(type));
        } else {
            code.checkcast(type);
        }
    }

    private static ClassDesc boxed(ClassDesc primitive) {
        return switch (TypeKind.from(primitive)) {
            case BOOLEAN -> ConstantDescs.CD_Boolean;
            case BYTE -> ConstantDescs.CD_Byte;
            case CHAR -> ConstantDescs.CD_Character;
            case SHORT -> ConstantDescs.CD_Short;
            case INT -> ConstantDescs.CD_Integer;
            case LONG -> ConstantDescs.CD_Long;
            case FLOAT -> ConstantDescs.CD_Float;
            case DOUBLE -> ConstantDescs.CD_Double;
            case REFERENCE, VOID -> throw new IllegalArgumentException(primitive + " has no box");
        };
    }

    private static ClassDesc desc(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
