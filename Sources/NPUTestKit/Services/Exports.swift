// The clients show types of these layers, which are no products of their own.

@_exported import NPUBase
@_exported import NPUTransport
