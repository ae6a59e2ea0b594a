/// A way in which the simulated tool fails.
public enum SMIFault: String, Sendable, Hashable, Codable, CaseIterable {
  /// The driver is not loaded or cannot be reached.
  case driverError = "driver-error"
  /// Another container holds the device.
  case deviceInUse = "device-in-use"
  /// The kind of board is unknown.
  case boardType = "board-type"
  /// The answer ends in the middle of a row.
  case truncated
  /// No answer until the process is ended from outside.
  case hang

  /// What is printed instead of an answer, and the code that the tool returns.
  var sentence: (text: String, code: Int)? {
    switch self {
    case .driverError:
      ("DrvMngGetConsoleLogLevel failed. (ret=4)\ndcmi module initialize failed. ret is -8005\n", -8005)
    case .deviceInUse:
      ("dcmi model initialized failed, because the device is used. ret is -8020\n", -8020)
    case .boardType: ("npu get board type failed. ret is -9005\n", -9005)
    case .truncated, .hang: nil
    }
  }
}
