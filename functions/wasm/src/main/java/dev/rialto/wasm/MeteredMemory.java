package dev.rialto.wasm;

import com.dylibso.chicory.runtime.ByteArrayMemory;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.MemoryLimits;

/// The memory of one call, which grows as far as the budget allows. Each instance has only one.
final class MeteredMemory implements Memory {
    private final ByteArrayMemory inner;
    private final MemoryBudget.Lease lease;

    /// @param max pages
    /// @throws GuestExit if the budget does not even have its first pages
    MeteredMemory(MemoryLimits declared, int max, MemoryBudget.Lease lease) {
        if (!lease.take(declared.initialPages())) {
            throw new GuestExit(new Outcome.NoMemory());
        }
        this.lease = lease;
        this.inner =
                new ByteArrayMemory(
                        new MemoryLimits(
                                declared.initialPages(), Math.min(declared.maximumPages(), max)));
    }

    @Override
    public int grow(int size) {
        int before = inner.pages();
        if (size < 0 || size > maximumPages() - before || !lease.take(size)) {
            return -1;
        }
        return inner.grow(size);
    }

    @Override
    public int pages() {
        return inner.pages();
    }

    @Override
    public int initialPages() {
        return inner.initialPages();
    }

    @Override
    public int maximumPages() {
        return inner.maximumPages();
    }

    @Override
    public boolean shared() {
        return false;
    }

    @Override
    @SuppressWarnings("removal")
    public Object lock(int address) {
        return this;
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, int expected, long timeout) {
        throw unshared();
    }

    @Override
    @SuppressWarnings("removal")
    public int waitOn(int address, long expected, long timeout) {
        throw unshared();
    }

    private static TrapException unshared() {
        return new TrapException("only threads wait for memory to change, and there are none");
    }

    @Override
    @SuppressWarnings("removal")
    public int notify(int address, int maxThreads) {
        return 0;
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments) {
        inner.initialize(instance, dataSegments);
    }

    @Override
    public void initialize(Instance instance, DataSegment[] dataSegments, int memoryIndex) {
        inner.initialize(instance, dataSegments, memoryIndex);
    }

    @Override
    public void initPassiveSegment(int segmentId, int dest, int offset, int size) {
        inner.initPassiveSegment(segmentId, dest, offset, size);
    }

    @Override
    public void write(int addr, byte[] data, int offset, int size) {
        inner.write(addr, data, offset, size);
    }

    @Override
    public byte read(int addr) {
        return inner.read(addr);
    }

    @Override
    public byte[] readBytes(int addr, int len) {
        return inner.readBytes(addr, len);
    }

    @Override
    public void writeI32(int addr, int data) {
        inner.writeI32(addr, data);
    }

    @Override
    public int readInt(int addr) {
        return inner.readInt(addr);
    }

    @Override
    public void writeLong(int addr, long data) {
        inner.writeLong(addr, data);
    }

    @Override
    public long readLong(int addr) {
        return inner.readLong(addr);
    }

    @Override
    public void writeShort(int addr, short data) {
        inner.writeShort(addr, data);
    }

    @Override
    public short readShort(int addr) {
        return inner.readShort(addr);
    }

    @Override
    public long readU16(int addr) {
        return inner.readU16(addr);
    }

    @Override
    public void writeByte(int addr, byte data) {
        inner.writeByte(addr, data);
    }

    @Override
    public void writeF32(int addr, float data) {
        inner.writeF32(addr, data);
    }

    @Override
    public long readF32(int addr) {
        return inner.readF32(addr);
    }

    @Override
    public float readFloat(int addr) {
        return inner.readFloat(addr);
    }

    @Override
    public void writeF64(int addr, double data) {
        inner.writeF64(addr, data);
    }

    @Override
    public double readDouble(int addr) {
        return inner.readDouble(addr);
    }

    @Override
    public long readF64(int addr) {
        return inner.readF64(addr);
    }

    /// Called for new memories only, whose pages are zero.
    @Override
    public void zero() {
        // To write them again would take as long as making the rest of an instance.
    }

    @Override
    public void fill(byte value, int fromIndex, int toIndex) {
        inner.fill(value, fromIndex, toIndex);
    }

    @Override
    public void copy(int dest, int src, int size) {
        inner.copy(dest, src, size);
    }

    @Override
    public void drop(int segment) {
        inner.drop(segment);
    }
}
