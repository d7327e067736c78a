package dev.rialto.hardening;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassSignature;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.classfile.Signature;
import java.lang.classfile.attribute.RecordComponentInfo;
import java.lang.classfile.attribute.SignatureAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The classes that generic signatures name. Code never calls them, but libraries that create
/// values by reflection do.
final class SignatureClasses {
    private SignatureClasses() {}

    /// @return internal names
    static Set<String> of(ClassModel model) {
        Set<String> names = new TreeSet<>();
        model.findAttribute(Attributes.signature())
                .map(SignatureAttribute::asClassSignature)
                .ifPresent(each -> add(each, names));
        return names;
    }

    /// @return internal names
    static Set<String> of(FieldModel field) {
        return ofType(field.findAttribute(Attributes.signature()));
    }

    /// @return internal names
    static Set<String> of(RecordComponentInfo component) {
        return ofType(component.findAttribute(Attributes.signature()));
    }

    /// @return internal names
    static Set<String> of(MethodModel method) {
        Set<String> names = new TreeSet<>();
        method.findAttribute(Attributes.signature())
                .map(SignatureAttribute::asMethodSignature)
                .ifPresent(each -> add(each, names));
        return names;
    }

    private static Set<String> ofType(Optional<SignatureAttribute> attribute) {
        Set<String> names = new TreeSet<>();
        attribute.map(SignatureAttribute::asTypeSignature).ifPresent(each -> add(each, names));
        return names;
    }

    private static void add(ClassSignature signature, Set<String> names) {
        parameters(signature.typeParameters(), names);
        add(signature.superclassSignature(), names);
        signature.superinterfaceSignatures().forEach(each -> add(each, names));
    }

    private static void add(MethodSignature signature, Set<String> names) {
        parameters(signature.typeParameters(), names);
        signature.arguments().forEach(each -> add(each, names));
        add(signature.result(), names);
        signature.throwableSignatures().forEach(each -> add((Signature) each, names));
    }

    private static void parameters(List<Signature.TypeParam> parameters, Set<String> names) {
        for (Signature.TypeParam each : parameters) {
            each.classBound().ifPresent(bound -> add(bound, names));
            each.interfaceBounds().forEach(bound -> add(bound, names));
        }
    }

    private static void add(Signature signature, Set<String> names) {
        List<Signature> left = new ArrayList<>(List.of(signature));
        while (!left.isEmpty()) {
            switch (left.removeLast()) {
                case Signature.ArrayTypeSig array -> left.add(array.componentSignature());
                case Signature.ClassTypeSig type -> {
                    names.add(name(type));
                    type.outerType().ifPresent(left::add);
                    for (Signature.TypeArg each : type.typeArgs()) {
                        if (each instanceof Signature.TypeArg.Bounded bounded) {
                            left.add(bounded.boundType());
                        }
                    }
                }
                case Signature.BaseTypeSig _, Signature.TypeVarSig _ -> {}
            }
        }
    }

    private static String name(Signature.ClassTypeSig type) {
        return type.outerType()
                .map(outer -> name(outer) + "$" + type.className())
                .orElse(type.className());
    }
}
