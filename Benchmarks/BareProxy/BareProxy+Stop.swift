import Glibc

extension BareProxy {
    /// Says why on standard error and ends the process.
    static func stop(_ message: String, status: Int32) {
        unsafe Array((message + "\n").utf8).withUnsafeBytes { bytes in
            // What could not be said is in the status too, so a failed write is not looked at.
            _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
        exit(status)
    }
}
