import AccessPolicy
import Crypto
import HTTPWire
import NIOCore
import ReleaseModel

extension PresentedKey {
    /// The key of a request, already hashed; `nil` if there is none that has a key's form.
    ///
    /// SDKs send `Authorization: Bearer …` or `x-api-key`. If both are there they must be the same: two readers of one
    /// request must not see two callers.
    init?(_ head: RequestHead) {
        let bearer = head.value(.authorization).flatMap(Self.token)
        let named = head.value(.xAPIKey)
        if head.fields.contains(.authorization), bearer == nil { return nil }
        if let bearer, let named, !bearer.elementsEqual(named) { return nil }
        guard let text = bearer ?? named, text.count == KeyText.length else { return nil }
        guard let id = KeyID(text[(text.startIndex + 4)..<(text.startIndex + 12)]) else { return nil }
        var hash = SHA256()
        // Hashed in place: the secret is not copied.
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
