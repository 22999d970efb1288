//! Templates: texts that are used again and again, with fields that are filled when one is used.

use async_graphql::{Context, ID, InputObject, Object, Result};
use domain::{
    ids::TemplateId,
    templates::{self, NewTemplate, TemplateChange},
};

use super::{
    access,
    actor::{self, Actor},
    auth::{Permission, auth, holds},
    contact::DeletePayload,
    context::Ask,
    errors::Refusal,
    payload::{answer, payload},
    scalars::Instant,
};

/// A template.
pub(crate) struct Template(pub(super) templates::Template);

/// Text that is used again and again. Its fields, such as `{{contact.first_name}}`, are filled when it is used.
#[Object]
impl Template {
    /// Id of the template.
    pub(crate) async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// What it is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it says, with its fields.
    async fn body(&self) -> &str {
        &self.0.body
    }

    /// Who made it; null when that is not known any more.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<Actor>> {
        actor::of(ctx, Some(&self.0.created_by)).await
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.0.created_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> Instant {
        Instant(self.0.updated_at)
    }
}

/// Template to add.
#[derive(InputObject)]
pub(crate) struct TemplateCreateInput {
    /// What it is called; no two are called the same.
    name: String,
    /// What it says, with its fields.
    body: String,
}

/// What can be changed of a template.
#[derive(InputObject)]
pub(crate) struct TemplateInput {
    /// What it is called.
    name: Option<String>,
    /// What it says, with its fields.
    body: Option<String>,
}

payload! {
    /// Answer of mutations of a template.
    TemplatePayload {
        /// The template; null when there are errors.
        template: Template,
    }
}

/// Mutations of templates.
#[derive(Default)]
pub(crate) struct TemplateMutations;

#[Object]
impl TemplateMutations {
    /// Adds a template.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn template_create(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Workspace that gets the template.")] workspace_id: ID,
        #[graphql(desc = "Template.")] input: TemplateCreateInput,
    ) -> Result<TemplatePayload> {
        payload(ctx, create(ctx, &workspace_id, input).await).await
    }

    /// Changes a template.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn template_update(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Template to change.")] id: ID,
        #[graphql(desc = "New values; what is left out stays.")] input: TemplateInput,
    ) -> Result<TemplatePayload> {
        payload(ctx, update(ctx, &id, input).await).await
    }

    /// Deletes a template. Texts that were made of it stay.
    #[graphql(directive = auth::apply(Permission::MessagesSend), guard = "holds(Permission::MessagesSend)")]
    async fn template_delete(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Template to delete.")] id: ID,
    ) -> Result<DeletePayload> {
        let deleted = delete(ctx, &id).await;
        answer(ctx, deleted, |()| DeletePayload::of(id)).await
    }
}

async fn payload(ctx: &Context<'_>, outcome: Result<templates::Template, Refusal>) -> Result<TemplatePayload> {
    answer(ctx, outcome, |template| TemplatePayload::done(Template(template))).await
}

async fn subject(ctx: &Context<'_>, id: &ID) -> Result<templates::Template, Refusal> {
    access::subject::<TemplateId, templates::Template>(ctx, id, Permission::MessagesSend).await
}

async fn create(ctx: &Context<'_>, workspace: &ID, input: TemplateCreateInput) -> Result<templates::Template, Refusal> {
    let workspace = access::home(ctx, workspace, Permission::MessagesSend).await?;
    let new = NewTemplate { name: input.name, body: input.body };
    Ok(templates::create(ctx.domain(), ctx.viewer().by(), workspace.id, new).await?)
}

async fn update(ctx: &Context<'_>, id: &ID, input: TemplateInput) -> Result<templates::Template, Refusal> {
    let template = subject(ctx, id).await?;
    let change = TemplateChange { name: input.name, body: input.body };
    Ok(templates::update(ctx.domain(), ctx.viewer().by(), template.workspace_id, template.id, change).await?)
}

async fn delete(ctx: &Context<'_>, id: &ID) -> Result<(), Refusal> {
    let template = subject(ctx, id).await?;
    Ok(templates::delete(ctx.domain(), ctx.viewer().by(), template.workspace_id, template.id).await?)
}
