internal import NPUBase

/// What carries an exchange.
enum Carrier {
  /// libcurl, or libcurl for as long as the connection is being made.
  case curl(CurlTransfer)
  /// Our own reader, on a connection that libcurl has made.
  case direct(DirectTransfer)

  var state: TransferState {
    switch self {
    case .curl(let transfer): transfer.state
    case .direct(let transfer): transfer.state
    }
  }
}
