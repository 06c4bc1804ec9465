/// What a worker does with each of its connections, of whatever version. None of it is done for a request.
protocol ServedConnection: AnyObject {
    /// Looks at what the connection awaits, a few times a second.
    func checkDeadline(at now: UInt64)
    /// Lets what is in flight end, and closes.
    func drain()
    /// Ends everything now.
    func close()
}
