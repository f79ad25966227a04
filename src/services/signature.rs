//! Signature Version 4 for what the SDK has no operation for.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{SignableRequest, SigningInstructions, SigningSettings, sign},
    sign::v4,
};

/// Whose signature it is, for what, and when.
pub(super) struct Signer<'a> {
    pub(super) credentials: Credentials,
    pub(super) region: &'a str,
    /// By its name in signatures.
    pub(super) service: &'static str,
    pub(super) at: SystemTime,
    pub(super) settings: SigningSettings,
}

impl Signer<'_> {
    /// What has to be added to a request.
    ///
    /// # Errors
    /// What the signer says is wrong with the request.
    pub(super) fn sign(self, request: SignableRequest<'_>) -> Result<SigningInstructions, String> {
        let identity = self.credentials.into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(self.region)
            .name(self.service)
            .time(self.at)
            .settings(self.settings)
            .build()
            .map_err(|error| error.to_string())?;
        let signed = sign(request, &parameters.into()).map_err(|error| error.to_string())?;
        Ok(signed.into_parts().0)
    }
}
