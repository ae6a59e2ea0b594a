internal import CNPUZlib

/// Unpacks deflated bytes without a header, as archives hold them (RFC 1951).
enum RawInflate {
  /// The bytes of a whole stream.
  ///
  /// - Parameters:
  ///   - packed: The stream, exactly.
  ///   - count: How many bytes it must give; never more are unpacked.
  ///   - name: What to call it in messages.
  /// - Returns: The bytes.
  /// - Throws: ``ZIPError`` of kind `damaged` if it gives more or fewer, or is no such stream.
  static func unpack(_ packed: ArraySlice<UInt8>, count: Int, name: String) throws(ZIPError) -> [UInt8] {
    let stream = try InflateStream()
    var status: Int32 = Z_OK
    // One byte more than promised shows a stream that would go on.
    let contents = unsafe [UInt8](unsafeUninitializedCapacity: count + 1) { output, produced in
      let step = unsafe packed.withUnsafeBufferPointer { input in unsafe stream.inflate(input, into: output) }
      status = step.status
      produced = step.produced
    }
    guard contents.count <= count else {
      throw ZIPError(
        kind: .damaged, message: "The file \(name) unpacks to more than the \(count) bytes that were announced.")
    }
    guard status == Z_STREAM_END, contents.count == count else {
      throw ZIPError(
        kind: .damaged, message: "The file \(name) unpacks to \(contents.count) of \(count) bytes; its data is damaged."
      )
    }
    return contents
  }

  /// The CRC-32 of bytes.
  static func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe UInt32(truncatingIfNeeded: crc32_z(0, buffer.baseAddress, buffer.count))
    }
  }
}

/// An inflater of zlib, released when it goes out of scope.
@safe private struct InflateStream: ~Copyable {
  /// On the heap, since zlib remembers the address.
  private let stream: UnsafeMutablePointer<z_stream>

  init() throws(ZIPError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // Negative window bits: no header and no checksum around the stream.
    guard unsafe cnpu_inflate_init(stream, -15) == Z_OK else {
      unsafe stream.deallocate()
      throw ZIPError(kind: .limitExceeded, message: "zlib could not get the memory of about 50 KiB that it needs.")
    }
    unsafe self.stream = unsafe stream
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Inflates until the stream ends, the room is full or zlib refuses; limits keep both counts below 32 bits.
  func inflate(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> (status: Int32, produced: Int) {
    let room = min(output.count, 0xFFFF_FFFF)
    // zlib does not write to its input; its interface is older than const.
    unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
    unsafe stream.pointee.avail_in = UInt32(truncatingIfNeeded: min(input.count, 0xFFFF_FFFF))
    unsafe stream.pointee.next_out = output.baseAddress
    unsafe stream.pointee.avail_out = UInt32(truncatingIfNeeded: room)
    let status = unsafe CNPUZlib.inflate(stream, Z_FINISH)
    return unsafe (status, room - Int(stream.pointee.avail_out))
  }
}
