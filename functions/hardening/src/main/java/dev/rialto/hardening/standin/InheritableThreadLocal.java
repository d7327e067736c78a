package dev.rialto.hardening.standin;

/// As [ThreadLocal]: a call has no threads that could inherit.
@SuppressWarnings("AvoidCommonTypeNames") // it stands for it
public class InheritableThreadLocal<T> extends ThreadLocal<T> {
    public InheritableThreadLocal() {}
}
