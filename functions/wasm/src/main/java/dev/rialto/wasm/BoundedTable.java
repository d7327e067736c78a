package dev.rialto.wasm;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;

/// A table of one call. Its limits are its own, since growing changes them; the module's would
/// change for all calls.
final class BoundedTable extends TableInstance {
    /// The most elements of all tables of a module together, and of each when it grows.
    static final int MAX_ELEMENTS = 100_000;

    BoundedTable(Table declared, int initialValue) {
        super(
                new Table(
                        declared.elementType(),
                        new TableLimits(declared.limits().min(), declared.limits().max()),
                        declared.initialize()),
                initialValue);
    }

    @Override
    public int grow(int size, int value, Instance instance) {
        return size < 0 || size > MAX_ELEMENTS - size() ? -1 : super.grow(size, value, instance);
    }
}
