import AccessPolicy
import Crypto
import HTTPWire
import NIOCore
import ReleaseModel
import StrictJSON

/// The key that a connection showed last. A client shows the same one with every request, and its hash is a good part
/// of what a request costs; whether it still opens anything is asked anew each time.
struct KeyMemory {
    /// The field that it stood in, with all of its value.
    private var last: (field: KnownField, value: [UInt8], key: PresentedKey)?

    /// The key of a request, already hashed; `nil` if there is none that has a key's form.
    mutating func key(of head: RequestHead) -> PresentedKey? {
        let isNamed = head.fields.contains(.xAPIKey)
        let field: KnownField = isNamed ? .xAPIKey : .authorization
        // Where both stand they have to be the same, which is looked at below.
        let isAlone = !isNamed || !head.fields.contains(.authorization)
        if let last, isAlone, last.field == field,
            head.fields.withValue(field, { $0.equals(last.value.span) }) == true
        {
            return last.key
        }
        guard let text = PresentedKey.text(in: head), let key = PresentedKey(text) else { return nil }
        if isAlone, let value = head.value(field) { self.last = (field, Array(value), key) }
        return key
    }
}

extension PresentedKey {
    /// The key's text in a request; `nil` if there is none of a key's length.
    ///
    /// SDKs send `Authorization: Bearer …` or `x-api-key`. If both are there they must be the same: two readers of one
    /// request must not see two callers.
    static func text(in head: RequestHead) -> ByteBufferView? {
        let bearer = head.value(.authorization).flatMap(Self.token)
        let named = head.value(.xAPIKey)
        if head.fields.contains(.authorization), bearer == nil { return nil }
        if let bearer, let named, !bearer.elementsEqual(named) { return nil }
        guard let text = bearer ?? named, text.count == KeyText.length else { return nil }
        return text
    }

    /// The key of this text, hashed in place: the secret is not copied.
    init?(_ text: ByteBufferView) {
        guard text.count == KeyText.length else { return nil }
        guard let id = KeyID(text[(text.startIndex + 4)..<(text.startIndex + 12)]) else { return nil }
        var hash = SHA256()
        unsafe text.withContiguousStorageIfAvailable { bytes in
            unsafe hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
        }
        guard let digest = ContentDigest(bytes: hash.finalize()) else { return nil }
        self.init(id: id, digest: digest)
    }

    /// What follows the scheme `Bearer`, in any letter case (RFC 6750 §2.1, RFC 9110 §11.1).
    private static func token(_ value: ByteBufferView) -> ByteBufferView? {
        let scheme: StaticString = "bearer "
        guard value.count > scheme.utf8CodeUnitCount else { return nil }
        let matches = unsafe zip(value, UnsafeBufferPointer(start: scheme.utf8Start, count: scheme.utf8CodeUnitCount))
            .allSatisfy { $0 | 0x20 == $1 }
        return matches ? value[(value.startIndex + scheme.utf8CodeUnitCount)...] : nil
    }
}
