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
  ///   - limits: The limits of the system.
  /// - Returns: The verdict with its numbers.
  package static func evaluate(connections: Int, limits: SystemLimits) -> Preflight {
    let connections = max(0, connections)
    let (sum, overflow) = connections.addingReportingOverflow(limits.openDescriptors + descriptorReserve)
    let needed = overflow ? Int.max : sum
    var result = Preflight(
      verdict: .ok, connections: connections, descriptorsNeeded: needed, limits: limits, descriptorLimitToSet: nil,
      advice: [])
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
    if let ports = limits.localPorts, ports.count < connections {
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
  /// - Parameter connections: How many connections the load may open at once.
  /// - Returns: The verdict with the limits as they were before.
  /// - Throws: ``PreflightError`` if the limits cannot be read.
  public static func prepare(connections: Int) throws(PreflightError) -> Preflight {
    var result = evaluate(connections: connections, limits: try SystemLimits.read())
    defer { SystemLimits.reserveDescriptors(result.descriptorsNeeded) }
    guard let wanted = result.descriptorLimitToSet else { return result }
    do throws(PreflightError) {
      try SystemLimits.raiseSoftDescriptors(to: wanted)
    } catch {
      result.verdict = .insufficient
      result.advice.append("\(error.message) Raise the limit before the start: ulimit -n \(wanted).")
    }
    return result
  }
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
