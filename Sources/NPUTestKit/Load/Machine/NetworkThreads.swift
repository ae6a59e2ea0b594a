internal import NPUTransport

extension LoadPlan {
  /// How many streams one network thread carries before the stamps of each wait for those of the others.
  private static let streamsPerThread = 1024.0
  /// How many requests a second one network thread begins and ends without falling behind.
  private static let requestsPerThread = 2000.0

  /// How many network threads suit the load: one for each thousand requests at once or two thousand a second, and no
  /// more than half of the cores.
  ///
  /// The other half is for the making of requests and records, and for what else runs on the machine.
  ///
  /// - Parameter cores: The cores of the machine that sends the load.
  /// - Returns: A number for ``TransportConfiguration/networkThreads``, 1 or more.
  public func networkThreads(cores: Int) -> Int {
    let wanted = max(Double(likelyStreams) / Self.streamsPerThread, highestRate / Self.requestsPerThread)
    let most = max(1, min(cores / 2, TransportConfiguration.mostNetworkThreads))
    return wanted >= Double(most) ? most : max(1, Int(wanted.rounded(.up)))
  }

  private var likelyStreams: Int {
    guard case .openLoop(let process, nil) = arrival, process.rate == .infinity else { return expectedConnections }
    return requestLimit ?? expectedConnections
  }

  /// The most requests a second that the schedule offers; 0 where none is known.
  private var highestRate: Double {
    guard case .openLoop(let process, _) = arrival, process.rate.isFinite else { return 0 }
    return max(process.rate, process.ramp?.start ?? 0)
  }
}
