internal import CNPUZlib

/// An inflater of zlib, released when it goes out of scope.
@safe struct PNGInflateStream: ~Copyable {
  /// What one call did.
  struct Step {
    var status: Int32
    /// Bytes taken from the input.
    var consumed: Int
    /// Bytes written to the output.
    var produced: Int
  }

  /// On the heap, since zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(PNGError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Zero window bits: the window is the one that the stream itself declares.
    guard unsafe cnpu_inflate_init(stream, 0) == Z_OK else {
      unsafe stream.deallocate()
      throw .noMemoryForCompression
    }
    unsafe self.stream = unsafe stream
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Inflates as far as input and room allow; zlib counts both in 32 bits, so larger ones are taken in part.
  func inflate(_ bytes: [UInt8], _ input: Range<Int>, into target: UnsafeMutablePointer<UInt8>, room: Int) -> Step {
    let offered = min(input.count, 1 << 30)
    let room = min(room, 1 << 30)
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      // zlib does not write to its input; its interface is older than const.
      unsafe stream.pointee.next_in = UnsafeMutablePointer(
        mutating: buffer.baseAddress.map { unsafe $0 + input.lowerBound })
      unsafe stream.pointee.avail_in = UInt32(truncatingIfNeeded: offered)
      unsafe stream.pointee.next_out = unsafe target
      unsafe stream.pointee.avail_out = UInt32(truncatingIfNeeded: room)
      let status = unsafe CNPUZlib.inflate(stream, Z_NO_FLUSH)
      return unsafe Step(
        status: status, consumed: offered - Int(stream.pointee.avail_in), produced: room - Int(stream.pointee.avail_out)
      )
    }
  }

  /// What zlib says of its last failure.
  var message: String? { unsafe stream.pointee.msg.map { unsafe String(cString: $0) } }
}

extension PNGError {
  /// The error for a compressor that cannot start.
  static let noMemoryForCompression = PNGError(
    kind: .outOfMemory, message: "zlib could not get the memory of about 300 KiB that it needs to start.")
}
