package dev.rialto.transfer;

import dev.rialto.kernel.RialtoException;
import tools.jackson.databind.node.ObjectNode;

/// Turns what another database stores of an object into the object in wire form.
interface RowConverter {
    /// @throws RialtoException that tells what is wrong with the row
    ObjectNode convert(ObjectNode stored);
}
