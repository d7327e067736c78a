package dev.rialto.sdk.processor;

import dev.rialto.sdk.CloudFunction;
import dev.rialto.sdk.Endpoint;
import dev.rialto.sdk.Interface;
import dev.rialto.sdk.Job;
import dev.rialto.sdk.Moment;
import dev.rialto.sdk.OnChange;
import dev.rialto.sdk.OnEvent;
import dev.rialto.sdk.Schedule;
import dev.rialto.sdk.Trigger;
import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.lang.model.element.ExecutableElement;

/// Reads from a method's annotations how it is reached.
final class BindingReader {
    /// All that make a method an interface.
    static final List<Class<? extends Annotation>> ANNOTATIONS =
            List.of(
                    Interface.class,
                    CloudFunction.class,
                    Trigger.class,
                    Job.class,
                    Endpoint.class,
                    Schedule.class,
                    OnChange.class,
                    OnEvent.class);

    private static final String USERS = "_User";

    private final Faults faults;

    BindingReader(Faults faults) {
        this.faults = faults;
    }

    static boolean isInterface(ExecutableElement method) {
        return ANNOTATIONS.stream().anyMatch(each -> method.getAnnotation(each) != null);
    }

    /// Each binding with the annotation that it was read from.
    Map<ExposedBinding, Class<? extends Annotation>> bindings(ExecutableElement method) {
        Map<ExposedBinding, Class<? extends Annotation>> found = new LinkedHashMap<>();
        var cloudFunction = method.getAnnotation(CloudFunction.class);
        if (cloudFunction != null) {
            found.put(new ExposedBinding.CloudFunction(cloudFunction.value()), CloudFunction.class);
        }
        var trigger = method.getAnnotation(Trigger.class);
        if (trigger != null) {
            found.put(new ExposedBinding.Trigger(trigger.value(), trigger.of()), Trigger.class);
            requireUsers(method, trigger.value(), trigger.of());
        }
        var job = method.getAnnotation(Job.class);
        if (job != null) {
            found.put(new ExposedBinding.Job(job.value()), Job.class);
        }
        var endpoint = method.getAnnotation(Endpoint.class);
        if (endpoint != null) {
            found.put(
                    new ExposedBinding.Endpoint(
                            endpoint.method(),
                            endpoint.value(),
                            endpoint.keyless(),
                            List.of(endpoint.credentials())),
                    Endpoint.class);
        }
        var schedule = method.getAnnotation(Schedule.class);
        if (schedule != null) {
            found.put(
                    new ExposedBinding.Schedule(schedule.value(), schedule.zone()), Schedule.class);
        }
        var onChange = method.getAnnotation(OnChange.class);
        if (onChange != null) {
            found.put(new ExposedBinding.OnChange(onChange.value()), OnChange.class);
        }
        var onEvent = method.getAnnotation(OnEvent.class);
        if (onEvent != null) {
            found.put(new ExposedBinding.OnEvent(onEvent.value()), OnEvent.class);
        }
        found.forEach((binding, annotation) ->
                ExposureRules.problem(binding)
                        .ifPresent(problem -> faults.at(method, annotation, problem)));
        return found;
    }

    private void requireUsers(ExecutableElement method, Moment moment, String className) {
        if (Arguments.isLogin(moment) && !className.equals(USERS)) {
            faults.at(
                    method,
                    Trigger.class,
                    "@Trigger(" + moment + ") is about users: omit of = \"" + className + "\"");
        }
    }
}
