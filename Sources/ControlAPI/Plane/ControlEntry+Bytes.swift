import ReleaseModel
import StrictJSON

extension ControlEntry {
    /// The bytes that stand in the log: canonical JSON (RFC 8785).
    func bytes() throws(JSONCodingFault) -> [UInt8] {
        try JSONValue(encoding: self).canonical
    }

    /// Reads an entry strictly: what is not wholly understood is a fault, never passed over.
    init(index: UInt64, bytes: [UInt8]) throws(ControlFault) {
        do {
            self = try JSONValue(parsing: bytes).decoded(as: ControlEntry.self)
        } catch {
            throw .unreadableEntry(index: index, detail: "\(error)")
        }
    }
}
