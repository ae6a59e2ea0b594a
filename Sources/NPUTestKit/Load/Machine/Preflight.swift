/// Whether this machine can hold the connections of a load, judged before the load begins.
///
/// A client that runs out of file descriptors or of local ports fails requests that the service would have answered,
/// and these failures look like the service's own.
public struct Preflight: Sendable, Hashable {
  /// What was found.
  public enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
    /// The limits suffice as they are.
    case ok
    /// The limit on descriptors had to be raised, or has to be before the load begins.
    case raised
    /// Some limit does not suffice and cannot be raised from here.
    case insufficient
  }

  /// What was found.
  public var verdict: Verdict
  /// How many connections the load may open at once.
  public var connections: Int
  /// Descriptors needed: those open now, one for each connection, and the reserve.
  public var descriptorsNeeded: Int
  /// The limits that were compared with the need.
  package var limits: SystemLimits
  /// The soft limit on descriptors that is needed, if the present one does not suffice.
  package var descriptorLimitToSet: UInt64?
  /// How many connections the limits allow, once the soft limit on descriptors has been raised; 0 where they allow none.
  public var affordableConnections: Int
  /// What is wrong and what to do about it, one sentence or two for each limit; empty if all is well.
  public var advice: [String]

  /// Descriptors for everything but connections: files, pipes to sampled commands, name lookups, the event loop.
  package static let descriptorReserve = 64

  /// Compares the need of a load with the limits of a system; reads and changes nothing.
  ///
  /// Ports are counted for the worst case, that all connections go to one address and port from one local address.
  ///
  /// - Parameters:
  ///   - connections: How many connections the load may open at once; below zero counts as zero.
  ///   - ends: How many ends of a connection are in this process: two where the service is too.
  ///   - usesPorts: Whether a connection takes a local port; one to a Unix socket takes none.
  ///   - limits: The limits of the system.
  /// - Returns: The verdict with its numbers.
  package static func evaluate(
    connections: Int, ends: Int = 1, usesPorts: Bool = true, limits: SystemLimits
  ) -> Preflight {
    let connections = max(0, connections)
    let others = limits.openDescriptors + descriptorReserve
    let (own, isTooMany) = connections.multipliedReportingOverflow(by: max(1, ends))
    let (sum, overflow) = own.addingReportingOverflow(others)
    let needed = isTooMany || overflow ? Int.max : sum
    let ports = usesPorts ? limits.localPorts : nil
    let descriptors = max(0, Int(clamping: limits.hardDescriptors) - others) / max(1, ends)
    var result = Preflight(
      verdict: .ok, connections: connections, descriptorsNeeded: needed, limits: limits, descriptorLimitToSet: nil,
      affordableConnections: min(descriptors, ports?.count ?? .max), advice: [])
    if UInt64(needed) > limits.softDescriptors {
      if UInt64(needed) <= limits.hardDescriptors {
        result.verdict = .raised
        result.descriptorLimitToSet = UInt64(needed)
      } else {
        result.verdict = .insufficient
        result.advice.append(
          """
          \(connections) connections need \(needed) file descriptors, and the hard limit is \(limits.hardDescriptors). \
          Raise it as root and start again from that shell: ulimit -Hn \(needed) && ulimit -n \(needed).
          """)
      }
    }
    if let ports, ports.count < connections {
      result.verdict = .insufficient
      result.advice.append(
        """
        \(connections) connections to one address need as many local ports, and the range \(ports.lowerBound)-\
        \(ports.upperBound) has \(ports.count). Widen it as root: sysctl -w net.ipv4.ip_local_port_range="1024 65535"; \
        for more than 64512 spread the load over several addresses or machines.
        """)
    }
    return result
  }

  /// Reads the limits of this process, raises the soft limit on descriptors if it must and can, and reports.
  ///
  /// - Parameters:
  ///   - connections: How many connections the load may open at once.
  ///   - ends: How many ends of a connection are in this process: two where the service is too.
  ///   - usesPorts: Whether a connection takes a local port; one to a Unix socket takes none.
  /// - Returns: The verdict with the limits as they were before.
  /// - Throws: ``PreflightError`` if the limits cannot be read.
  public static func prepare(
    connections: Int, ends: Int = 1, usesPorts: Bool = true
  ) throws(PreflightError) -> Preflight {
    var result = evaluate(
      connections: connections, ends: ends, usesPorts: usesPorts, limits: try SystemLimits.read())
    defer { if result.verdict != .insufficient { SystemLimits.reserveDescriptors(result.descriptorsNeeded) } }
    guard let wanted = result.descriptorLimitToSet else { return result }
    do throws(PreflightError) {
      try SystemLimits.raiseSoftDescriptors(to: wanted)
    } catch {
      result.verdict = .insufficient
      let others = result.limits.openDescriptors + descriptorReserve
      let soft = max(0, Int(clamping: result.limits.softDescriptors) - others) / max(1, ends)
      result.affordableConnections = min(result.affordableConnections, soft)
      result.advice.append("\(error.message) Raise the limit before the start: ulimit -n \(wanted).")
    }
    return result
  }
}

extension Preflight {
  /// Reads the limits of this process and raises them as a plan needs it.
  ///
  /// Where the plan sets no limit on the requests in flight, a likely number is judged, and the soft limit on
  /// descriptors is raised beyond it as far as it may be.
  ///
  /// - Parameters:
  ///   - plan: The load.
  ///   - connectionsPerRequest: How many connections a request may hold at once, 1 or more.
  ///   - ends: How many ends of a connection are in this process: two where the service is too.
  ///   - usesPorts: Whether a connection takes a local port; one to a Unix socket takes none.
  /// - Returns: The verdict with the limits as they were before.
  /// - Throws: ``PreflightError`` if the limits cannot be read.
  public static func prepare(
    for plan: LoadPlan, connectionsPerRequest: Int = 1, ends: Int = 1, usesPorts: Bool = true
  ) throws(PreflightError) -> Preflight {
    let (connections, overflow) = plan.expectedConnections.multipliedReportingOverflow(
      by: max(1, connectionsPerRequest))
    let result = try prepare(connections: overflow ? .max : connections, ends: ends, usesPorts: usesPorts)
    if plan.concurrencyLimit == nil {
      let (all, overflow) = (plan.requestLimit ?? .max).multipliedReportingOverflow(by: max(1, connectionsPerRequest))
      let most = overflow ? mostRaised : min(all, mostRaised)
      let evaluated = evaluate(connections: most, ends: ends, limits: result.limits)
      let wanted = min(UInt64(evaluated.descriptorsNeeded), result.limits.hardDescriptors)
      try? SystemLimits.raiseSoftDescriptors(to: wanted)  // what is refused costs only requests beyond the guess
    }
    return result
  }

  /// For how many connections descriptors are asked for where nothing limits them.
  private static let mostRaised = 1 << 16
}

/// The limits of a system could not be read or changed.
public struct PreflightError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What failed, with the system's reason.
  public var message: String

  /// Creates an error.
  public init(message: String) { self.message = message }

  /// What failed.
  public var description: String { message }
}
