import NIOConcurrencyHelpers

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// A thread of the operating system, for work that blocks on the disk.
final class LogThread: Sendable {
    /// The handle until it is joined.
    private let handle: NIOLockedValueBox<pthread_t?>

    /// Starts a thread; its name, at most 15 letters, is what `top -H` shows.
    init(name: String, _ body: @escaping @Sendable () -> Void) throws(LogFault) {
        let (result, handle) = startThread(ThreadWork(name: name, body: body))
        guard result == 0 else {
            throw LogFault(FileFault(operation: "pthread_create", path: name, errno: result))
        }
        self.handle = NIOLockedValueBox(handle)
    }

    /// Waits until the thread has ended. Only the first call waits.
    func join() {
        let handle = self.handle.withLockedValue { value in
            defer { value = nil }
            return value
        }
        if let handle {
            _ = pthread_join(handle, nil)
        }
    }

    deinit {
        if let handle = self.handle.withLockedValue({ $0 }) {
            _ = pthread_detach(handle)
        }
    }
}

/// What a thread does, on its way to it.
private final class ThreadWork: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    /// Tells the system the name of the calling thread, for without it all is well, too, and does the work.
    func run() {
        let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        if descriptor >= 0 {
            var name = self.name
            _ = name.withUTF8 { unsafe write(descriptor, $0.baseAddress, $0.count) }
            close(descriptor)
        }
        self.body()
    }
}

private func startThread(_ work: ThreadWork) -> (result: Int32, handle: pthread_t) {
    var handle = pthread_t()
    let retained = unsafe Unmanaged.passRetained(work)
    let result = unsafe pthread_create(&handle, nil, runThread, retained.toOpaque())
    if result != 0 {
        unsafe retained.release()
    }
    return (result, handle)
}

private func runThread(_ raw: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let raw = unsafe raw {
        unsafe Unmanaged<ThreadWork>.fromOpaque(raw).takeRetainedValue().run()
    }
    return nil
}
