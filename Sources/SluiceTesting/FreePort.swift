private import Glibc

/// Ports of this machine that nobody listens on just now.
///
/// Where a server can be told port 0, do that; this is for a process that must be told a number beforehand.
public enum FreePort {
    /// The kernel did not give a socket or a port.
    public struct Unavailable: Error, CustomStringConvertible {
        /// The C function that failed, and its `errno`.
        public var description: String
    }

    /// A port on 127.0.0.1 that was free a moment ago.
    public static func find() throws(Unavailable) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Unavailable(description: "socket: errno \(errno)") }
        defer { _ = close(descriptor) }

        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard bound else { throw Unavailable(description: "bind: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
