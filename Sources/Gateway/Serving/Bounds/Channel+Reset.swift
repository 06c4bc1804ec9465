import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension Channel {
    /// Closes at once, with a reset, for a client that does not take what it was sent.
    ///
    /// After a plain close the kernel would keep what is unsent, and offer it for minutes to who does not read.
    func reset() {
        // On the channel's own loop, where this is called, the option is set before the close.
        _ = (self as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        self.close(promise: nil)
    }
}
